/*
 * Shows the content of an enclave image file (EIF), and what the enclave will
 * measure.
 *
 * A function of the caller reads the image: from a file, an object in a store,
 * memory. The library reads as strictly as `veraclave describe`: it refuses an
 * image that AWS's tools and the machine would measure differently, with the
 * name of the rule that the image breaks.
 *
 *	veraclave_eif *f = veraclave_eif_new();
 *	if (veraclave_eif_open(f, my_read, my_file, my_size) == VERACLAVE_OK &&
 *	    veraclave_eif_measure(f) == VERACLAVE_OK)
 *		pcr0 = veraclave_eif_bytes(f, VERACLAVE_EIF_PCR, 0, &size);
 *
 * A handle belongs to one thread at a time and reads one image after the other;
 * handles share nothing. The library itself does not read files, the clock or
 * environment variables. Memory does not depend on the size of the image: a
 * handle uses at most 32 MiB, and the JSON of metadata while it is parsed.
 * All text is UTF-8 and NUL-terminated, and belongs to the handle until the
 * next image. Handles may be NULL only where a comment says so.
 *
 * Before an image is opened or measured, and after that failed, the functions
 * below return 0 or NULL.
 */
#ifndef VERACLAVE_EIF_H
#define VERACLAVE_EIF_H

#include <veraclave/image.h>

#ifdef __cplusplus
extern "C" {
#endif

enum veraclave_arch {
	VERACLAVE_ARCH_UNKNOWN = 0,
	VERACLAVE_ARCH_X86_64 = 1,
	VERACLAVE_ARCH_AARCH64 = 2
};

enum veraclave_section {
	VERACLAVE_SECTION_UNKNOWN = 0,
	VERACLAVE_SECTION_KERNEL = 1,
	VERACLAVE_SECTION_CMDLINE = 2,
	VERACLAVE_SECTION_RAMDISK = 3,
	VERACLAVE_SECTION_SIGNATURE = 4,
	VERACLAVE_SECTION_METADATA = 5
};

/* The result of checking the signature section. */
enum veraclave_signature {
	VERACLAVE_SIGNATURE_UNKNOWN = 0, /* the image is not measured */
	VERACLAVE_SIGNATURE_NONE = 1,    /* the image is not signed */
	VERACLAVE_SIGNATURE_GOOD = 2,
	VERACLAVE_SIGNATURE_FORGED = 3, /* not made by the certificate's key */
	VERACLAVE_SIGNATURE_OTHER_IMAGE = 4 /* made for another PCR0 */
};

/* A time, compared with the validity of the certificate. */
enum veraclave_validity {
	VERACLAVE_VALIDITY_UNKNOWN = 0, /* there is no certificate */
	VERACLAVE_VALID = 1,
	VERACLAVE_NOT_YET_VALID = 2,
	VERACLAVE_EXPIRED = 3 /* the hypervisor does not start the image */
};

/* Measurements of the image, and the content of its small sections. */
enum veraclave_eif_field {
	VERACLAVE_EIF_FIELD_UNKNOWN = 0, /* no field */
	VERACLAVE_EIF_PCR = 1,           /* 0, 1, 2, and 8 if signed */
	VERACLAVE_EIF_DIGEST = 2,        /* eif-digest/1, of the whole image */
	VERACLAVE_EIF_SECTION = 3,       /* the SHA-384 of a section's data */
	VERACLAVE_EIF_CMDLINE = 4,       /* its first 4096 bytes */
	VERACLAVE_EIF_METADATA = 5,      /* JSON, unchanged; not measured */
	VERACLAVE_EIF_CERTIFICATE = 6    /* of the signature, DER */
};

/*
 * Available after veraclave_eif_open: the header, and the 1 to 32 sections in
 * their order. veraclave_eif_section_at is the offset of a section's data.
 */
VERACLAVE_API unsigned veraclave_eif_version(const veraclave_eif *f);
VERACLAVE_API unsigned veraclave_eif_flags(const veraclave_eif *f);
VERACLAVE_API enum veraclave_arch veraclave_eif_arch(const veraclave_eif *f);
VERACLAVE_API size_t veraclave_eif_sections(const veraclave_eif *f);
VERACLAVE_API enum veraclave_section
veraclave_eif_section_type(const veraclave_eif *f, size_t i);
VERACLAVE_API uint64_t veraclave_eif_section_at(const veraclave_eif *f,
						size_t i);
VERACLAVE_API uint64_t veraclave_eif_section_size(const veraclave_eif *f,
						  size_t i);
VERACLAVE_API unsigned veraclave_eif_section_flags(const veraclave_eif *f,
						   size_t i);

/*
 * Available after veraclave_eif_measure. Registers and digests have 48 bytes.
 */

/* Returns the bytes of a field. `index` is that of a register or a section, and
 * 0 for other fields. Returns NULL if the image does not have the field; an
 * empty field is not NULL. */
VERACLAVE_API const void *veraclave_eif_bytes(const veraclave_eif *f,
					      enum veraclave_eif_field field,
					      unsigned index, size_t *size);
VERACLAVE_API enum veraclave_signature
veraclave_eif_signature(const veraclave_eif *f);
/* The signing certificate: its subject, such as "C=US, CN=signer", escaped; its
 * validity in seconds since 1970, both ends included; and whether it is valid
 * at a time. */
VERACLAVE_API const char *veraclave_eif_subject(const veraclave_eif *f);
VERACLAVE_API int64_t veraclave_eif_not_before(const veraclave_eif *f);
VERACLAVE_API int64_t veraclave_eif_not_after(const veraclave_eif *f);
VERACLAVE_API enum veraclave_validity
veraclave_eif_validity(const veraclave_eif *f, int64_t at);

/* Unusual properties that do not change the measurements: stable names, and
 * sentences in which text of the image is escaped. NULL after the last. */
VERACLAVE_API size_t veraclave_eif_warnings(const veraclave_eif *f);
VERACLAVE_API const char *veraclave_eif_warning_code(const veraclave_eif *f,
						     size_t i);
VERACLAVE_API const char *veraclave_eif_warning_text(const veraclave_eif *f,
						     size_t i);

#ifdef __cplusplus
}
#endif

#endif
