/*
 * Reading an enclave image file strictly (docs/formats/eif.md).
 *
 * There are two ways to read an EIF: by the header's table (the hypervisor,
 * QEMU) and sequentially from byte 548 on (AWS's library). eif_open accepts a
 * file only if both find the same sections in the same order, and nothing else;
 * otherwise it fails with ERR_INPUT and the name of a rule (eif/rules.h). An
 * unusual property that both read alike gives a warning.
 *
 * Only the header is kept in memory; eif_measure streams.
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
	uint64_t mem, cpus; /* hints that no loader uses */
	uint32_t unused, crc;
	uint64_t size; /* of the file */
	size_t n;
	struct eif_section section[EIF_SECTIONS];
	uint8_t header[EIF_HEADER]; /* unchanged */
};

/* Returns how many bytes of a stream with this head must be kept to read it as
 * an image: up to the end by its table, and one byte more, which detects
 * trailing bytes. If the stream is not an image, the head is enough. */
uint64_t eif_most(struct span head);
/* Reads the header and all section headers. Warnings go to n. */
MUST_USE bool eif_open(const struct blob *b, struct eif *out, struct notes *n,
		       struct err *e);
/* Returns the index of the first section of a type, or eif->n. */
size_t eif_find(const struct eif *eif, enum eif_type type);
/* Returns the data of section i. */
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

/* Refuses the file if the computed checksum differs from the header's. */
MUST_USE bool eif_check_crc(const struct eif *eif, uint32_t crc, struct err *e);

/* Returns the checksum for the header; `of` has one row per section, with its
 * crc and size. */
uint32_t eif_crc(const struct eif *eif, const struct measured_section *of);
/*
 * eif-digest/1: SHA-384 over the 548 bytes of the header, then for each
 * section its 12-byte header and the 48-byte SHA-384 of its data. It depends on
 * every byte of the file, and needs no pass beyond the measurement.
 */
MUST_USE bool eif_digest(const struct eif *eif, const struct measured *m,
			 struct hash *out, struct err *e);

/* The rules about sections, for readers and writers: whether section i, the
 * next one, may have this type; whether its size is allowed; whether all
 * required sections exist. n may be NULL. */
MUST_USE bool eif_check_type(const struct eif *eif, size_t i, unsigned type,
			     struct err *e);
MUST_USE bool eif_check_size(const struct eif *eif, size_t i, struct err *e);
MUST_USE bool eif_check_whole(const struct eif *eif, struct notes *n,
			      struct err *e);

/* Writes the 548 bytes of the header from the fields and sections; does not
 * compute the CRC. */
void eif_put_header(const struct eif *eif, uint8_t out[EIF_HEADER]);
void eif_put_section_header(const struct eif_section *s,
			    uint8_t out[EIF_SECTION_HEADER]);
