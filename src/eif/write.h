/*
 * Writing an enclave image file: sections go to the file as they come, and the
 * header, whose checksum is over all of them, is put in front at the end.
 * What eif_open would refuse cannot be written. What is written and what is
 * measured are apart: eif_writer_measure reads the file as every reader does.
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
	uint64_t at;         /* where the next section begins */
	struct trail *trail; /* for section data, or NULL: written at once */
	struct eif_follow *follow; /* measures meanwhile (follow.h), or NULL */
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
/* eif_writer_put as a sink, for the section that was begun. */
struct sink eif_writer_sink(struct eif_writer *w);
MUST_USE bool eif_writer_end(struct eif_writer *w, struct err *e);
/* Begin, put, end: of bytes, of a blob. */
MUST_USE bool eif_writer_span(struct eif_writer *w, enum eif_type type,
			      struct span s, struct err *e);
MUST_USE bool eif_writer_blob(struct eif_writer *w, enum eif_type type,
			      uint16_t flags, const struct blob *b,
			      struct err *e);
/* Writes the header. The file's bytes are then complete (not synced). */
MUST_USE bool eif_writer_finish(struct eif_writer *w, struct err *e);
/* After eif_writer_finish: eif_open and eif_measure on the file, or what is
 * left of that when it was followed. ERR_SYS when it does not hold what was
 * written.
 */
MUST_USE bool eif_writer_measure(const struct eif_writer *w,
				 const struct eif_measure_plan *plan,
				 struct arena *a, struct measured *out,
				 struct err *e);

/* What goes before the ramdisks in profile eif/1. */
struct eif1 {
	const struct blob *kernel;
	struct span cmdline;
	bool arm64;
	uint64_t mem, cpus;   /* hints; 0: the reference's 1 GiB and 2 */
	struct eif_meta meta; /* see eif1_meta */
};
/* Fills what the profile fixes: BuildTool "veraclave" and its version,
 * OperatingSystem "Linux", KernelVersion from the kernel ("unknown" when it
 * does not say), BuildTime from epoch. Other fields stay as they are. */
MUST_USE bool eif1_meta(struct eif1 *r, int64_t epoch, struct arena *a,
			struct err *e);
/* ERR_INPUT [eif-kernel] when the kernel is none for this architecture,
 * [eif-cmdline] when the command line is not fit to be one; and for metadata
 * that eif_meta_write refuses. */
MUST_USE bool eif1_check(const struct eif1 *r, struct arena *a, struct err *e);
/* Begins the file and writes the three sections, when eif1_check passes. */
MUST_USE bool eif1_begin(struct eif_writer *w, int fd, const struct eif1 *r,
			 struct arena *a, struct err *e);
