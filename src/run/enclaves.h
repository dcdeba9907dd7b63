/*
 * The running enclaves of this user on this machine: a record for each in a
 * directory that no other user can enter. File names are derived from the
 * enclave's id; no content of a record is used as a path.
 */
#pragma once

#include "base/note.h"
#include "run/enclave.h"

struct enclaves {
	struct arena *arena;
	const char *dir;
	int fd; /* of dir, locked: one program at a time changes records */
	struct enclave *v;
	size_t n;
};
#define ENCLAVES_NONE ((struct enclaves){ .fd = -1 })

/* Reads the records of running enclaves. Removes records of enclaves that have
 * ended, and keeps files that are not records; a note reports those. */
MUST_USE bool enclaves_open(struct enclaves *s, struct arena *a,
			    struct notes *notes, struct err *e);
void enclaves_close(struct enclaves *s); /* for DEFER */
/* Finds an enclave by id or, if that is NULL, by name; the result is NULL if
 * there is none. Fails if two enclaves have the name. */
MUST_USE bool enclaves_find(const struct enclaves *s, const char *id,
			    const char *name, const struct enclave **out,
			    struct err *e);
/* Returns the path of the file with its console, or NULL if there is no
 * memory. */
char *enclaves_console(const struct enclaves *s, const char *id);
MUST_USE bool enclaves_add(const struct enclaves *s, const struct enclave *x,
			   struct err *e);
void enclaves_remove(const struct enclaves *s, const char *id);
