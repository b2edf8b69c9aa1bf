"""From raw rows and pictures to arrays, and from logits to answers.

NumPy, Pillow and the standard library only (`litert` alone also loads ai-edge-litert). The app uses these
files, and every bundle carries them verbatim, so the two cannot differ.
"""
