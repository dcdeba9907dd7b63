/* The handle of an enclave image, for this folder alone. */
#pragma once

#include "api/outcome.h"
#include "eif/content.h"
#include "eif/sig.h"
#include "veraclave/eif.h"

/* The first n bytes of a section, copied while they were measured. */
struct kept {
	uint8_t *p;
	size_t n;
	uint64_t at; /* in the image */
};

struct veraclave_eif {
	struct arena arena; /* this handle */
	struct arena work;  /* one image */
	veraclave_progress_fn *progress;
	void *progress_self;
	bool threads;
	veraclave_read_fn *read;
	void *read_self;
	struct blob blob; /* read and read_self, or what was kept */
	struct kept kept[EIF_TYPES];
	bool opened, measured, whole; /* whole: kept has all that it will */
	struct eif eif;
	struct measured m;
	struct hash digest, pcr8;
	struct eif_content content;
	struct eifsig sig; /* when content.is_signed, as is what follows */
	enum eifsig_verdict verdict;
	const char *subject;
	struct notes notes;
	const char *code; /* of the last failure, or "" */
	struct told told;
};
