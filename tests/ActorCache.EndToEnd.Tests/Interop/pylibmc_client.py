"""pylibmc's side of InteropTests: stores what the test reads, or prints, one line a key, what the test has stored."""
import sys

import pylibmc

port, what, keys = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
client = pylibmc.Client(["127.0.0.1:%d" % port])


def show(value):
    if isinstance(value, bytes):
        return "bytes:" + value.hex()
    return type(value).__name__ + ":" + str(value)


if what == "write":
    client.set("py:text", "Grün 緑")
    client.set("py:empty", "")
    client.set("py:int", -42)
    client.set("py:large", 2**63 - 1)
    client.set("py:bytes", bytes([0, 13, 10, 255]))
    client.set("py:list", [1, 2])
    client.set("py:compressed-text", "hello world " * 400, min_compress_len=100)
    client.set("py:compressed-bytes", b"hello world " * 400, min_compress_len=100)
elif what == "count":
    print(client.incr(keys[0], 5))
else:
    for key in keys:
        print(key + "=" + show(client.get(key)))
