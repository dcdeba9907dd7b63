/* Names and keys of the files that hold registers (docs/formats/pcrs.md,
 * docs/formats/json.md). Writers and readers take them from here. */
#pragma once

#define PCRS_SCHEMA        "nitro-pcrs/1"
#define ENVIRONMENT_SCHEMA "veraclave-environment/1"
/* The object of registers in files of ours, by number. */
#define PCRS_KEY "pcrs"
/* The object of registers in what nitro-cli prints, and its keys. */
#define MEASUREMENTS_KEY       "Measurements"
#define MEASUREMENTS_ALGORITHM "HashAlgorithm"
#define MEASUREMENTS_PREFIX    "PCR"
