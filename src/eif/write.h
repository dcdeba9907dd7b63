/*
 * Writing an enclave image file: sections are written in order, and at the end
 * the header, whose checksum covers all of them. A file that eif_open would
 * refuse cannot be written. Measuring is separate from writing:
 * eif_writer_measure reads the file as every reader does.
 *
 * Profile eif/1 (docs/formats/eif.md): eif1_begin writes kernel, command line
 * and metadata; then each ramdisk by eif_writer_begin, the sink, and
 * eif_writer_end; then a signature section if there is one; eif_writer_finish.
 */
#pragma once

#include "base/sink.h"
#include "eif/eif.h"
#include "eif/meta.h"
#include "sys/trail.h"

struct eif_follow;

struct eif_writer {
	int fd;
	uint64_t at;         /* the offset of the next section */
	struct trail *trail; /* writes section data; NULL: written directly */
	struct eif_follow
		*follow; /* measures during writing (follow.h), or NULL */
	struct measured_section done[EIF_SECTIONS]; /* crc and size */
	struct eif eif; /* complete after eif_writer_finish */
	bool open;
};

/* fd: an empty regular file, open for reading and writing, the caller's.
 * `like` gives version, flags, mem, cpus, reserved and unused. A trail on fd
 * may be set afterwards: eif_writer_finish ends its use, the caller closes it.
 */
void eif_writer_init(struct eif_writer *w, int fd, const struct eif *like);

MUST_USE bool eif_writer_begin(struct eif_writer *w, enum eif_type type,
			       uint16_t flags, struct err *e);
MUST_USE bool eif_writer_put(struct eif_writer *w, struct span s,
			     struct err *e);
/* Returns eif_writer_put as a sink for the open section. */
struct sink eif_writer_sink(struct eif_writer *w);
MUST_USE bool eif_writer_end(struct eif_writer *w, struct err *e);
/* Write a whole section from bytes or from a blob. */
MUST_USE bool eif_writer_span(struct eif_writer *w, enum eif_type type,
			      struct span s, struct err *e);
MUST_USE bool eif_writer_blob(struct eif_writer *w, enum eif_type type,
			      uint16_t flags, const struct blob *b,
			      struct err *e);
/* Writes the header. The file's bytes are then complete (not synced). */
MUST_USE bool eif_writer_finish(struct eif_writer *w, struct err *e);
/* Call it after eif_writer_finish. Does eif_open and eif_measure on the file,
 * or the rest of that if it was followed. Fails with ERR_SYS if the file does
 * not contain what was written. */
MUST_USE bool eif_writer_measure(const struct eif_writer *w,
				 const struct eif_measure_plan *plan,
				 struct arena *a, struct measured *out,
				 struct err *e);

/* The content before the ramdisks in profile eif/1. */
struct eif1 {
	const struct blob *kernel;
	struct span cmdline;
	bool arm64;
	uint64_t mem, cpus;   /* hints; 0: the reference's 1 GiB and 2 */
	struct eif_meta meta; /* see eif1_meta */
};
/* Sets the fields that the profile determines: BuildTool "veraclave" and its
 * version, OperatingSystem "Linux", KernelVersion from the kernel ("unknown" if
 * it does not state one), BuildTime from epoch. Other fields do not change. */
MUST_USE bool eif1_meta(struct eif1 *r, int64_t epoch, struct arena *a,
			struct err *e);
/* Fails with ERR_INPUT "eif-kernel" if the kernel is not one for this
 * architecture, with "eif-cmdline" for an invalid command line, and for
 * metadata that eif_meta_write refuses. */
MUST_USE bool eif1_check(const struct eif1 *r, struct arena *a, struct err *e);
/* Begins the file and writes the three sections, if eif1_check passes. */
MUST_USE bool eif1_begin(struct eif_writer *w, int fd, const struct eif1 *r,
			 struct arena *a, struct err *e);
