/*
 * What all headers of libveraclave share. Include <veraclave/verify.h> or
 * <veraclave/eif.h> instead.
 */
#ifndef VERACLAVE_COMMON_H
#define VERACLAVE_COMMON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERACLAVE_API __attribute__((visibility("default")))

/* The result of functions that prepare or read something. */
enum veraclave_status {
	VERACLAVE_OK = 0,
	VERACLAVE_USAGE = 2,  /* the call is wrong or too late */
	VERACLAVE_INPUT = 3,  /* the input is malformed */
	VERACLAVE_MACHINE = 4 /* no memory, or reading or libcrypto failed */
};

/* "0.1.0" */
VERACLAVE_API const char *veraclave_version(void);

#ifdef __cplusplus
}
#endif

#endif
