"""pymemcache's side of InteropTests: stores what the test reads, or prints, one line a key, what the test has stored."""
import sys

from pymemcache.client.base import Client
from pymemcache.serde import pickle_serde

port, what, keys = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
client = Client(("127.0.0.1", port), serde=pickle_serde, connect_timeout=5, timeout=5)


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
elif what == "count":
    print(client.incr(keys[0], 5))
else:
    for key in keys:
        print(key + "=" + show(client.get(key)))
