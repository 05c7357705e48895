#pragma once
// Which instructions kernels may use: those that this processor has, or fewer where the variable
// S2S_INSTRUCTIONS of the environment says so: portable, avx2 (x86-64) or neon (arm64). It is read once.

/// AVX2 with fused multiply-adds.
int s2s_has_avx2(void);
/// AVX-512's foundation.
int s2s_has_avx512(void);
/// Products of bytes in vectors of 512 bits.
int s2s_has_avx512_vnni(void);
/// Products of bytes in vectors of 256 bits.
int s2s_has_avx_vnni(void);
/// NEON, which every arm64 processor has.
int s2s_has_neon(void);
/// NEON's products of bytes.
int s2s_has_dot_product(void);

/// What S2S_INSTRUCTIONS says where that is no set of this architecture, which is then not regarded; else NULL.
const char *s2s_unknown_instructions(void);
/// The sets that S2S_INSTRUCTIONS may name here, with commas between.
const char *s2s_known_instructions(void);
