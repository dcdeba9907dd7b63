#!/usr/bin/env python3
"""A registry on loopback that serves one OCI layout, in a bad mood.

  registry_server.py LAYOUT PORTFILE LOGFILE MODE

Every name gives the layout's image. Modes: plain; wrong (a byte of the last
layer differs); cut (layers always stop in the middle); once (each stops
once, and goes on when asked with Range); busy (503 twice before each answer);
loop (redirects without end); manifest (another manifest than was asked for);
token (Bearer tokens, for user me with password secret); inside (sends for
tokens to an address of this network); huge (a manifest without an end);
away (layers are redirected to another port, which wants no password); lead
(layers are redirected to an address of this network); drip (layers come one
byte a second); realm (the address of the token server is invalid).
"""
import base64
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LAYOUT, PORTFILE, LOGFILE, MODE = sys.argv[1:]
ROOT = Path(LAYOUT)
INDEX = json.loads((ROOT / "index.json").read_text())["manifests"][0]
HEX = INDEX["digest"].split(":")[1]
MANIFEST = json.loads((ROOT / "blobs/sha256" / HEX).read_text())
LAYERS = [d["digest"].split(":")[1] for d in MANIFEST["layers"]]
seen = {}
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def note(self):
        with lock, open(LOGFILE, "a") as log:
            log.write(f"{self.server.server_port} {self.path} "
                      f"auth={self.headers.get('Authorization', '-')} "
                      f"range={self.headers.get('Range', '-')}\n")

    def answer(self, status, body=b"", short=False, **headers):
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if short else body)
        if short:
            self.close_connection = True

    def times(self, key):
        with lock:
            seen[key] = seen.get(key, 0) + 1
            return seen[key]

    def allowed(self):
        port = self.server.server_port
        if MODE == "inside":
            self.answer(401, WWW_Authenticate='Bearer realm='
                        '"https://169.254.169.254/token",service="x"')
            return False
        if MODE == "realm":
            self.answer(401, WWW_Authenticate='Bearer realm="http://a b/"')
            return False
        if MODE != "token" or self.path.startswith("/token"):
            return True
        if self.headers.get("Authorization") == "Bearer good/token":
            return True
        self.answer(401, WWW_Authenticate=f'Bearer realm='
                    f'"http://127.0.0.1:{port}/token",service="test",'
                    f'scope="repository:a/b:pull"')
        return False

    def token(self):
        want = "Basic " + base64.b64encode(b"me:secret").decode()
        if self.headers.get("Authorization") != want:
            return self.answer(401, b'{"errors":[]}')
        if "scope=repository%3Aa%2Fb%3Apull" not in self.path:
            return self.answer(400)
        return self.answer(200, b'{"token":"good/token"}')

    def blob(self, name):
        data = bytearray((ROOT / "blobs/sha256" / name).read_bytes())
        layer = name in LAYERS
        if MODE == "wrong" and name == LAYERS[-1]:
            data[len(data) // 2] ^= 1
        if MODE == "away" and layer and self.server is first:
            return self.answer(307, Location=f"http://127.0.0.1:"
                               f"{second.server_port}{self.path}")
        if MODE == "lead" and layer:
            return self.answer(307, Location="https://169.254.169.254/x")
        if MODE == "drip" and layer:
            return self.drip(data)
        start = self.headers.get("Range")
        if start and MODE == "once":
            at = int(start[len("bytes="):-1])
            return self.answer(
                206, bytes(data[at:]),
                Content_Range=f"bytes {at}-{len(data) - 1}/{len(data)}")
        short = layer and (MODE == "cut" or (
            MODE == "once" and self.times(name) == 1))
        return self.answer(200, bytes(data), short)

    def drip(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            for byte in data:
                self.wfile.write(bytes([byte]))
                time.sleep(1)
        except OSError:
            self.close_connection = True

    def manifest(self):
        body = (ROOT / "blobs/sha256" / HEX).read_bytes()
        if MODE == "manifest":
            body += b" "
        if MODE == "huge":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                self.close_connection = True
            return None
        return self.answer(200, body, Content_Type=INDEX["mediaType"])

    def do_GET(self):
        self.note()
        if MODE == "busy" and self.times(self.path) < 3:
            return self.answer(503, Retry_After="0")
        if MODE == "loop" and self.path != "/v2/":
            return self.answer(302, Location=self.path + "x")
        if self.path.startswith("/token"):
            return self.token()
        if not self.allowed():
            return None
        if "/manifests/" in self.path:
            return self.manifest()
        if "/blobs/sha256:" in self.path:
            return self.blob(self.path.rsplit(":", 1)[1])
        return self.answer(200, b"{}")


first = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
second = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=second.serve_forever, daemon=True).start()
tmp = Path(PORTFILE + ".tmp")
tmp.write_text(str(first.server_port))
tmp.rename(PORTFILE)
first.serve_forever()
