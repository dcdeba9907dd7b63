/*
 * Runs an enclave in a virtual machine, with the emulator as a child and its
 * vsock device in this process. Answers the heartbeat, forwards ports and
 * copies the console until the application or the user ends the run.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "run/ask.h"

enum { MACHINE_PORTS = 16 };

/* The most likely reason why no program listens on a vsock port (%u). */
#define MACHINE_SHUT                                               \
	"a program that listens on TCP, not on vsock, is reached " \
	"with \"[ingress] tcp = [%u]\" in enclave.toml"

struct machine_port {
	uint16_t tcp; /* on 127.0.0.1; 0 picks a free one */
	uint32_t vsock;
};

struct machine {
	const char *const *argv; /* the emulator */
	const char *socket; /* path at which it connects to its vsock device */
	uint64_t cid;       /* of the guest */
	struct machine_port forward[MACHINE_PORTS]; /* from us to the guest */
	size_t forwards;
	struct machine_port reach[MACHINE_PORTS]; /* from the guest to us */
	size_t reaches;
	struct ask_service ask; /* a port that this process answers itself */
	uint64_t timeout_s;     /* 0: none */
	bool until_ready;       /* stop when it is up and its ports answer */
	bool console;           /* copy it to standard output */
	uint64_t console_max;   /* limit of bytes; 0: none */
	/* Shows the user a message without newline; may be NULL. */
	void (*say)(void *self, const char *text);
	void *self;
};

struct machine_end {
	bool up;         /* the heartbeat came and was answered */
	bool reported;   /* init reported how the application ended */
	unsigned status; /* if so: its status, as a shell reports it */
	int signal;      /* the signal that stopped the run, or 0 */
	bool timed_out;
	bool ready;      /* up, and each forwarded port accepted a connection */
	uint32_t silent; /* else a forwarded port that did not, or 0 */
	bool refused;    /* the guest refused it: no program listens */
	int emulator;    /* the emulator's own exit status */
	char last[512];  /* the last line on the console */
};

/* Returns true if the machine ran, however it ended. */
MUST_USE bool machine_run(const struct machine *m, struct arena *a,
			  struct machine_end *end, struct err *e);
