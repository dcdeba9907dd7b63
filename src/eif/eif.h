/*
 * Reading an enclave image file strictly (docs/formats/eif.md).
 *
 * There are two ways to read an EIF: by the header's table (the hypervisor,
 * QEMU) and by walking from byte 548 on (AWS's library). eif_open accepts a
 * file only when both find the same sections in the same order, and nothing
 * else in it; otherwise ERR_INPUT with the name of a rule (eif_rules.h). What
 * is odd but means the same to both becomes a warning.
 *
 * Nothing is held in memory but the header; eif_measure streams.
 */
#pragma once

#include "base/arena.h"
#include "base/blob.h"
#include "base/note.h"
#include "base/progress.h"
#include "eif/rules.h"
#include "eif/measure.h"

struct eif_section {
	enum eif_type type;
	uint16_t flags;
	uint64_t at;   /* of the section header; the data is 12 bytes on */
	uint64_t size; /* of the data */
};

struct eif {
	uint16_t version, flags, reserved;
	uint64_t mem, cpus; /* hints that nobody uses */
	uint32_t unused, crc;
	uint64_t size; /* of the file */
	size_t n;
	struct eif_section section[EIF_SECTIONS];
	uint8_t header[EIF_HEADER]; /* as it is in the file */
};

/* How much of a stream that begins so is worth keeping to be read as an image:
 * up to the end that its table promises and one byte more, which would be too
 * much; of what is no image the head, which says so. */
uint64_t eif_most(struct span head);
/* The header and all section headers. Warnings go to n. */
MUST_USE bool eif_open(const struct blob *b, struct eif *out, struct notes *n,
		       struct err *e);
/* Index of the first section of a type, or out->n. */
size_t eif_find(const struct eif *eif, enum eif_type type);
/* The data of section i. */
struct blob eif_data(const struct blob *b, const struct eif *eif, size_t i);

struct eif_measure_plan {
	bool sha256; /* of the file, as a third pass on another thread */
	bool single; /* one thread only */
	const struct progress *progress;
};
/* Reads every byte once; refuses a wrong checksum. */
MUST_USE bool eif_measure(const struct blob *b, const struct eif *eif,
			  const struct eif_measure_plan *plan, struct arena *a,
			  struct measured *out, struct err *e);

/* Refuses a checksum, computed from the file, that the header does not have. */
MUST_USE bool eif_check_crc(const struct eif *eif, uint32_t crc, struct err *e);

/* The checksum that belongs into the header; `of` has a row a section, with
 * its crc and size. */
uint32_t eif_crc(const struct eif *eif, const struct measured_section *of);
/*
 * eif-digest/1: SHA-384 over the 548 bytes of the header, then for each
 * section its 12-byte header and the 48-byte SHA-384 of its data. It stands
 * for every byte of the file, and comes for free with the measurement.
 */
MUST_USE bool eif_digest(const struct eif *eif, const struct measured *m,
			 struct hash *out, struct err *e);

/* The rules about sections, for readers and writers: may section i, the next
 * one, be of this type; is its size allowed; is everything there. n may be
 * NULL. */
MUST_USE bool eif_check_type(const struct eif *eif, size_t i, unsigned type,
			     struct err *e);
MUST_USE bool eif_check_size(const struct eif *eif, size_t i, struct err *e);
MUST_USE bool eif_check_whole(const struct eif *eif, struct notes *n,
			      struct err *e);

/* The 548 bytes of the header, from the fields and sections; CRC as it is. */
void eif_put_header(const struct eif *eif, uint8_t out[EIF_HEADER]);
void eif_put_section_header(const struct eif_section *s,
			    uint8_t out[EIF_SECTION_HEADER]);
