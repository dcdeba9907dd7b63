/*
 * The enclaves of this user that run on this machine: one record each in a
 * directory that nobody else can enter. Names of files follow from the
 * enclave's id; nothing that a record says is used as a path.
 */
#pragma once

#include "base/note.h"
#include "run/enclave.h"

struct enclaves {
	struct arena *arena;
	const char *dir;
	int fd; /* of dir, locked: records change one program at a time */
	struct enclave *v;
	size_t n;
};
#define ENCLAVES_NONE ((struct enclaves){ .fd = -1 })

/* Reads those that run. Records of ended ones are removed, and what is no
 * record is left alone; a note tells of it. */
MUST_USE bool enclaves_open(struct enclaves *s, struct arena *a,
			    struct notes *notes, struct err *e);
void enclaves_close(struct enclaves *s); /* for DEFER */
/* By id or, where that is NULL, by name; NULL when there is none. A name that
 * two have is refused. */
MUST_USE bool enclaves_find(const struct enclaves *s, const char *id,
			    const char *name, const struct enclave **out,
			    struct err *e);
/* The file that holds its console; NULL when memory is short. */
char *enclaves_console(const struct enclaves *s, const char *id);
MUST_USE bool enclaves_add(const struct enclaves *s, const struct enclave *x,
			   struct err *e);
void enclaves_remove(const struct enclaves *s, const char *id);
