#!/usr/bin/env python3
"""A TLS server in front of one port, and a proxy, both on loopback.

  registry_front.py tls PORTFILE TARGETPORT CERT KEY
  registry_front.py proxy PORTFILE LOGFILE     CONNECT to loopback only; names
                                               are all this machine
"""
import socket
import ssl
import sys
import threading
from pathlib import Path


def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(a, port):
    b = socket.create_connection(("127.0.0.1", port))
    threading.Thread(target=pump, args=(a, b), daemon=True).start()
    pump(b, a)


def tls(conn, ctx, port):
    try:
        if conn.recv(1, socket.MSG_PEEK) != b"\x16":
            conn.recv(65536)
            # as servers written in Go answer to plain http
            conn.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            return conn.close()
        return join(ctx.wrap_socket(conn, server_side=True), port)
    except OSError:
        return conn.close()


def proxy(conn, log):
    head = b""
    while b"\r\n\r\n" not in head:
        more = conn.recv(1)
        if not more:
            return conn.close()
        head += more
    verb, where = head.split()[:2]
    with open(log, "ab") as f:
        f.write(verb + b" " + where + b"\n")
    if verb != b"CONNECT":
        conn.sendall(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
        return conn.close()
    conn.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    return join(conn, int(where.rsplit(b":", 1)[1]))


def main(what, portfile, *a):
    s = socket.create_server(("127.0.0.1", 0))
    tmp = Path(portfile + ".tmp")
    tmp.write_text(str(s.getsockname()[1]))
    tmp.rename(portfile)
    if what == "tls":
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(a[1], a[2])
        serve, args = tls, (ctx, int(a[0]))
    else:
        serve, args = proxy, (a[0],)
    while True:
        conn, _ = s.accept()
        threading.Thread(target=serve, args=(conn, *args), daemon=True).start()


main(*sys.argv[1:])
