import Captioning
import Testing
