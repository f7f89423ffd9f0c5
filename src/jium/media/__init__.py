"""Open hostile files safely: what they are, their pixels and frames. Decoding happens in the sandbox only.

``from jium.media.sandbox import Sandbox``; ``from jium.media.errors import MediaError``. The modules that
decode (``image``, ``video``) are imported by the sandbox's child alone.
"""
