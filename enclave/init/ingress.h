/*
 * Makes an ordinary TCP server reachable through vsock, for the key [ingress].
 *
 * A process of its own, started before the application and as a separate user,
 * listens on the vsock ports of the image's tcp records and forwards each
 * connection to the same port of 127.0.0.1. A vsock port is opened once a
 * server listens on the TCP port, so a client that connects too early is
 * refused, as it would be without forwarding.
 *
 * There are at most 256 connections at a time, further ones wait in the queue;
 * each direction buffers 16 KiB. The end of one direction is forwarded and the
 * other continues; an error in one ends both.
 */
#pragma once

#include "spec.h"

/* Starts the process and returns its id, or 0 if there is no port or no vsock.
 * Ends the machine if a port is not available. */
long ingress_start(const struct process *p);
