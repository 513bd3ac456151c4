"""pylibmc's side of SaslInteropTests: says who it is, prints what the test has stored, counts a counter on, and stores what the test reads."""
import sys

import pylibmc

port, username, password = sys.argv[1:4]
client = pylibmc.Client(["127.0.0.1:" + port], binary=True, username=username, password=password)
print("net:text=" + client.get("net:text"))
print("net:counter=%d" % client.incr("net:counter", 5))
client.set("py:text", "Grün 緑")
client.set("py:int", -42)
