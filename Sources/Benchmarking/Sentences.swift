/// Text of this project's own: every sixth sentence of Corpora/everyday.de-en.tsv, which an installed program has not.
enum Sentences {
  static let german: [String] = """
    Wie geht es deiner Mutter und deinem Vater?
    Ich komme aus Wien, aber ich wohne in Berlin.
    Vielen Dank für den Kaffee und den Kuchen.
    Alles Gute zum neuen Jahr, Paul!
    Komm herein und setz dich an den Tisch.
    Nein danke, ich brauche heute keine Tasche.
    Die Jacke passt dir sehr gut, nimm sie!
    Ich habe nur noch zehn Euro in der Tasche.
    Wir müssen noch Kaffee, Zucker und Butter kaufen.
    Vergiss nicht, die Rechnung mitzunehmen.
    An der Kasse standen mehr als zwanzig Leute.
    Von welchem Gleis fährt der Zug nach Hamburg?
    Ich möchte ein Zimmer für zwei Nächte buchen.
    Vergiss deinen Pass nicht!
    Nimm lieber den Zug, die Straßen sind voll.
    Zeigen Sie mir bitte Ihre Fahrkarte.
    Wir bleiben bis zum 15. August in Berlin.
    Im Winter ist es hier sehr kalt und dunkel.
    Die Kinder freuen sich über den ersten Schnee.
    Zieh eine warme Jacke an, draußen ist es windig.
    Hast du das Gewitter letzte Nacht gehört?
    Die Arbeit beginnt um acht und endet um fünf.
    Mein Chef ist streng, aber gerecht.
    Nach der Arbeit gehe ich oft schwimmen.
    Ich würde gern weniger arbeiten und mehr schlafen.
    Ich habe mich bei einer Firma in München beworben.
    Seit wann haben Sie Fieber?
    Anna hat sich beim Sport den Arm gebrochen.
    Die Apotheke ist gegenüber vom Bahnhof.
    Öffnen Sie bitte den Mund und sagen Sie Ah.
    Wie oft in der Woche treiben Sie Sport?
    Unsere Großeltern wohnen auf dem Land.
    Mein Onkel hat ein Haus am See.
    Der Hund unserer Nachbarn bellt die ganze Nacht.
    Ich vermisse meine Familie, seit ich in Berlin wohne.
    Großvater sitzt in der Küche und liest die Zeitung.
    Die Suppe ist zu heiß, warte noch ein bisschen.
    Das Essen war ausgezeichnet, vielen Dank.
    Wasch dir bitte die Hände, bevor du das Brot isst.
    Das Wasser kocht schon.
    Ohne Salz schmecken die Kartoffeln nach nichts.
    Hast du den Computer schon neu gestartet?
    Kannst du mir die Bilder vom Urlaub schicken?
    Das Bild auf dem Bildschirm ist zu dunkel.
    Diese Kamera macht auch nachts gute Bilder.
    Meine Großmutter hat gelernt, Nachrichten auf dem Handy zu lesen.
    Hab keine Angst, der Hund beißt nicht.
    Der Film war so langweilig, dass ich eingeschlafen bin.
    Es war mir peinlich, dass ich deinen Namen vergessen hatte.
    Er liebt seine Katze mehr als alles andere.
    Ohne dich wäre es hier sehr still.
    Weißt du, welcher Tag heute ist, Tom?
    In zwei Wochen beginnen die Ferien.
    Der Kurs findet jeden Dienstag um 18 Uhr statt.
    Wir haben noch genug Zeit, um Kaffee zu trinken.
    Das Jahr hat zwölf Monate, und der Februar ist der kürzeste.
    Nein, zu Fuß sind es nur zehn Minuten.
    Gehen Sie über die Brücke und dann am Fluss entlang.
    Ich weiß nicht, in welche Richtung wir gehen müssen.
    Folgen Sie mir, ich gehe in dieselbe Richtung.
    Es hat einen Unfall auf der Brücke gegeben.
    Fass das nicht an, es ist sehr heiß!
    Vorsicht, die Treppe ist nass!
    Lauf nicht auf die Straße!
    Unsere Mannschaft hat das Spiel drei zu eins gewonnen.
    Hast du Lust, heute Abend ins Kino zu gehen?
    Hörst du lieber Musik oder siehst du lieber fern?
    Wer hat das Spiel gestern gewonnen?
    Der Lehrer erklärt die Aufgabe noch einmal.
    Schlagt bitte das Buch auf Seite 54 auf.
    Kannst du mir bitte deinen Bleistift leihen?
    In der Bibliothek darf man nicht laut sprechen.
    Wir haben gelernt, warum der Himmel blau ist.
    Die Miete beträgt 650 Euro im Monat.
    Ich muss heute noch die Küche putzen.
    Paul hat die Wände im Wohnzimmer gelb gestrichen.
    Der alte Schrank war ein Geschenk von meiner Tante.
    Eines Morgens fand Lena eine kleine Katze vor der Tür.
    Jeden Tag fuhr er mit seinem kleinen Boot hinaus.
    Er hatte Mehl, Zucker und Eier, aber keine Butter.
    Dort traf er am Bahnhof seine alte Lehrerin.
    In der Nacht hörte Anna ein Geräusch in der Küche.
    Sie fand im Keller eine Karte, die niemand kannte.
    Diese Frau war meine Großmutter.
    Hast du gesehen, wie hoch das Pferd gesprungen ist?
    Welche Farbe hat dein neues Auto?
    Mein Fahrrad wurde letzte Nacht gestohlen.
    Am Wochenende ist der Park voller Leute.
    Die Brücke wurde im letzten Jahr neu gebaut.
    Ich bin nicht sicher, ob das stimmt.
    Weißt du, wo Anna ist?
    Was ist in dieser großen Tasche?
    Seien Sie vorsichtig mit dem Glas!
    Glaub nicht alles, was in der Zeitung steht.
    An deiner Stelle würde ich mit dem Chef sprechen.
    Je älter mein Großvater wird, desto mehr lacht er.
    Während Anna kocht, deckt Paul den Tisch.
    Entweder kommst du mit, oder du bleibst allein zu Hause.
    Ich kann heute leider nicht kommen.
    Ich mag weder Tee noch Kaffee.
    """.split(separator: "\n").map(String.init)
}
