"""Is a picture or a film a composite? Signals, each with its reasons, added up into a verdict.

inside      in the sandbox a file becomes views: pixels in the size in which they are examined, and the faces in them
view        such a view, as a value; ``viewing`` asks for it from outside
moments     which moments of two films are compared
laying      a known picture laid on the suspect one, by what surrounds the faces
marks       what a file says of itself, in the only words that leave the sandbox
signals     one folder a signal: what it needs, what it measured, how much that weighs (docs/forensics.md)
finding     what a signal found, and the sentence that a person reads
verdict     all findings together: composite, authentic-looking, or undetermined
examine     one file, from its bytes to the verdict
"""

from jium.forensics.examine import Examination, Examiner, Known
from jium.forensics.finding import Finding
from jium.forensics.verdict import Verdict

__all__ = ["Examination", "Examiner", "Finding", "Known", "Verdict"]
