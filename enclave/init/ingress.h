/*
 * An ordinary TCP server, reached through vsock: what [ingress] asks for.
 *
 * A process of its own, started before the application and as a user of its
 * own, listens
 * on the vsock ports of the image's tcp records and leads each connection to
 * the same port of 127.0.0.1. A port is open once something listens there, so
 * that whoever connects too early is refused, as by a server of its own.
 *
 * Bounded: 256 connections at a time, further ones wait in the queue; 16 KiB a
 * direction. The end of one direction is passed on and the other goes on; an
 * error in either ends both.
 */
#pragma once

#include "spec.h"

/* Starts it; the process, or 0 when there is no port or no vsock. A port that
 * cannot be had ends the machine. */
long ingress_start(const struct process *p);
