/*
 * The C interface of AWS's libnsm, for programs written for it: the same
 * functions, types and values. Calls go to /dev/nsm, or to a simulator's socket
 * if the variable VERACLAVE_NSM_SOCKET names one (`veraclave simulate --socket
 * PATH`). Installed as <nsm.h> beside libnsm.so.
 *
 * A length behind a pointer is the size of the buffer before the call and the
 * number of bytes written after it. A buffer that is too small gets the first
 * bytes, and the call returns ERROR_CODE_BUFFER_TOO_SMALL. A NULL field of a
 * document is absent; a field of length 0 is present and empty.
 */
#ifndef NSM_H
#define NSM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
	ERROR_CODE_SUCCESS,
	ERROR_CODE_INVALID_ARGUMENT,
	ERROR_CODE_INVALID_INDEX,
	ERROR_CODE_INVALID_RESPONSE,
	ERROR_CODE_READ_ONLY_INDEX,
	ERROR_CODE_INVALID_OPERATION,
	ERROR_CODE_BUFFER_TOO_SMALL,
	ERROR_CODE_INPUT_TOO_LARGE,
	ERROR_CODE_INTERNAL_ERROR,
} ErrorCode;

typedef enum { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 } Digest;

typedef struct {
	uint16_t version_major;
	uint16_t version_minor;
	uint16_t version_patch;
	uint8_t module_id[100]; /* ends with a NUL */
	uint32_t module_id_len; /* without the NUL */
	uint16_t max_pcrs;
	uint16_t locked_pcrs[64];
	uint32_t locked_pcrs_len;
	Digest digest;
} NsmDescription;

/* Returns a descriptor for the calls below, or -1. */
int32_t nsm_lib_init(void);
void nsm_lib_exit(int32_t fd);

ErrorCode nsm_extend_pcr(int32_t fd, uint16_t index, const uint8_t *data,
			 uint32_t data_len, uint8_t *pcr_data,
			 uint32_t *pcr_data_len);
ErrorCode nsm_describe_pcr(int32_t fd, uint16_t index, bool *lock,
			   uint8_t *data, uint32_t *data_len);
ErrorCode nsm_lock_pcr(int32_t fd, uint16_t index);
/* Locks registers 0 to range - 1. */
ErrorCode nsm_lock_pcrs(int32_t fd, uint16_t range);
ErrorCode nsm_get_description(int32_t fd, NsmDescription *description);
ErrorCode nsm_get_attestation_doc(int32_t fd, const uint8_t *user_data,
				  uint32_t user_data_len,
				  const uint8_t *nonce_data, uint32_t nonce_len,
				  const uint8_t *pub_key_data,
				  uint32_t pub_key_len, uint8_t *att_doc_data,
				  uint32_t *att_doc_len);
/* Writes at most 256 bytes for each call. */
ErrorCode nsm_get_random(int32_t fd, uint8_t *buf, uintptr_t *buf_len);

#ifdef __cplusplus
}
#endif
#endif
