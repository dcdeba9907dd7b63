/*
 * The certificates that sign the documents of a simulated enclave: a root that
 * each user makes, and below it a chain with the names, lifetimes, extensions
 * and peculiarities of that of Nitro hardware. There is no built-in key.
 *
 * The name of a root permanently states its class: verifiers accept it for no
 * other (docs/simulator.md), and all certificates below it have the name, too.
 *
 * Everything is computed from a seed and times that the caller gives: the same
 * input gives the same keys and certificates.
 */
#pragma once

#include "base/arena.h"
#include "keys/x509_write.h"

/* The documents that are signed below a root: those of a simulated module, the
 * unsigned ones of QEMU's module, or those of a development key. A root without
 * a mark, as the first versions made them, is a simulator's. */
enum sim_class { SIM_CLASS_SIM, SIM_CLASS_QEMU, SIM_CLASS_DEVELOPMENT };
/* "sim", "qemu", "development", and NULL after the last. */
extern const char *const sim_class_names[];

/* Zeroed is empty; sim_root_finish releases it (DEFER). */
struct sim_root {
	enum sim_class class;
	struct cert_key key;
	struct span der; /* the certificate, in an arena */
};

enum { SIM_SEED = 32 };

/* Makes a new root: self-signed, with the validity of AWS's root. */
MUST_USE bool sim_root_make(const uint8_t seed[SIM_SEED], enum sim_class class,
			    struct arena *a, struct sim_root *out,
			    struct err *e);
/* Writes root.key (mode 0600), root.pem and root.der into a directory, which it
 * makes, with its parents if `parents` is set. Refuses if a root exists. */
MUST_USE bool sim_root_save(const struct sim_root *r, const char *dir,
			    bool parents, struct arena *a, struct err *e);
/* Reads a root; the key must belong to the certificate. */
MUST_USE bool sim_root_load(const char *dir, struct arena *a,
			    struct sim_root *out, struct err *e);
void sim_root_finish(struct sim_root *r);
/* Returns the default directory of a user's root, or NULL without HOME. */
char *sim_root_dir(struct arena *a);

/* cabundle is root first; the leaf is not in it. */
enum { SIM_BUNDLE = 4 };

struct sim_chain {
	struct span bundle[SIM_BUNDLE];
	struct span leaf;
	struct cert_key key; /* the leaf's */
	int64_t not_before, not_after;
};

struct sim_chain_plan {
	const struct sim_root *root;
	struct span region;      /* "us-east-1" */
	struct span instance_id; /* "i-0123456789abcdef0" */
	struct span module_id;   /* "i-0123456789abcdef0-enc0123456789abcdef" */
	uint64_t enclave_id;     /* the 16 digits after "-enc" */
	int64_t issued;          /* of the leaf, seconds since 1970 */
	const uint8_t *seed;     /* SIM_SEED bytes */
	struct span crl_regional, crl_zonal; /* addresses; empty: ones that do
						not exist */
};
/* Makes a chain. The leaf is valid from three seconds before it was issued
 * until three hours after. */
MUST_USE bool sim_chain_make(const struct sim_chain_plan *p, struct arena *a,
			     struct sim_chain *out, struct err *e);
void sim_chain_finish(struct sim_chain *c);
