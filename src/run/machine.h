/*
 * One run of an enclave in a virtual machine: the emulator as a child, its
 * vsock device in this process, the heartbeat answered, ports forwarded, the
 * console passed on, until the application or the user ends it.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "run/ask.h"

enum { MACHINE_PORTS = 16 };

/* Why nothing listens on a vsock port, most likely; with the port (%u). */
#define MACHINE_SHUT                                               \
	"a program that listens on TCP, not on vsock, is reached " \
	"with \"[ingress] tcp = [%u]\" in enclave.toml"

struct machine_port {
	uint16_t tcp; /* on 127.0.0.1; 0 picks a free one */
	uint32_t vsock;
};

struct machine {
	const char *const *argv; /* the emulator */
	const char *socket;      /* where it looks for its vsock device */
	uint64_t cid;            /* of the guest */
	struct machine_port forward[MACHINE_PORTS]; /* from us to the guest */
	size_t forwards;
	struct machine_port reach[MACHINE_PORTS]; /* from the guest to us */
	size_t reaches;
	struct ask_service ask; /* a port of ours that answers by itself */
	uint64_t timeout_s;     /* 0: none */
	bool until_ready;       /* stop when it is up and its ports answer */
	bool console;           /* pass it on to standard output */
	uint64_t console_max;   /* at most so many bytes; 0: all */
	/* Something to tell people, without newline; may be NULL. */
	void (*say)(void *self, const char *text);
	void *self;
};

struct machine_end {
	bool up;         /* the heartbeat came and was answered */
	bool reported;   /* init said how the application ended */
	unsigned status; /* then, as a shell counts */
	int signal;      /* what a person stopped it with, or 0 */
	bool timed_out;
	bool ready;      /* up, and each forwarded port took a connection */
	uint32_t silent; /* else a forwarded port that did not, or 0 */
	bool refused;    /* by the guest: nothing listens there */
	int emulator;    /* the emulator's own exit status */
	char last[512];  /* the last line on the console */
};

/* True when the machine ran, however it ended. */
MUST_USE bool machine_run(const struct machine *m, struct arena *a,
			  struct machine_end *end, struct err *e);
