#!/usr/bin/python3
"""A web server in Python for an enclave, on vsock port 8080.

  GET /       a greeting, and what it runs on
  GET /pcrs   the measurements of this enclave, from /dev/nsm

Outside of an enclave `app.py --tcp` listens on 127.0.0.1:8080 instead.
"""
import ctypes
import fcntl
import http.server
import json
import os
import platform
import socket
import socketserver
import sys

PORT = 8080
NSM_IOCTL_RAW = 0xC0200A00  # _IOWR(0x0A, 0, struct nsm_raw)


class NsmRaw(ctypes.Structure):
    """struct nsm_raw of <linux/nsm.h>: two pieces of memory."""

    _fields_ = [(name, ctypes.c_uint64) for name in (
        "request", "request_len", "response", "response_len")]


def nsm(request: bytes) -> bytes:
    """One request to the security module; CBOR in, CBOR out."""
    ask = ctypes.create_string_buffer(request, len(request))
    answer = ctypes.create_string_buffer(0x3000)
    raw = NsmRaw(ctypes.addressof(ask), len(request),
                 ctypes.addressof(answer), len(answer))
    fd = os.open("/dev/nsm", os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, NSM_IOCTL_RAW, raw)
    finally:
        os.close(fd)
    return answer.raw[:raw.response_len]


def pcr(index: int) -> str:
    """The value of one PCR below 24, in hex."""
    answer = nsm(b"\xa1\x6bDescribePCR\xa1\x65index" + bytes([index]))
    # {"DescribePCR": {"lock": BOOL, "data": 48 bytes}}, in either order
    head, _, rest = answer.partition(b"\x64data\x58\x30")
    if not head.startswith(b"\xa1\x6bDescribePCR\xa2") or len(rest) < 48:
        raise OSError("/dev/nsm refused")
    return rest[:48].hex()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            self.reply(200, {"hello": "from an enclave",
                             "python": platform.python_version(),
                             "kernel": platform.release(),
                             "user": os.getuid()})
        elif self.path == "/pcrs":
            try:
                self.reply(200, {f"PCR{i}": pcr(i)
                                 for i in (0, 1, 2, 3, 4, 8)})
            except OSError as e:
                self.reply(503, {"error": str(e)})
        else:
            self.reply(404, {"error": "try / or /pcrs"})

    def reply(self, status, value):
        body = (json.dumps(value) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "peer %s" % (self.client_address[0],)


class VsockServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """HTTPServer asks for a host name, which a vsock address has not."""

    address_family = socket.AF_VSOCK
    daemon_threads = True

    def server_bind(self):
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "enclave", PORT


def main():
    if "--tcp" in sys.argv[1:]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    else:
        server = VsockServer((socket.VMADDR_CID_ANY, PORT), Handler)
    print("python-web: listening on port", PORT, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
