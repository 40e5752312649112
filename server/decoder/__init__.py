"""The one door for bytes that users sent: they are decoded in a child process with limits.

`server.decoder.door` is what the service and its jobs call. `python -m server.decoder.main` is the
child, which imports Pillow, numpy and our formats, and no database, no storage and no web.
"""
