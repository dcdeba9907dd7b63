/* Unicode facts about file names, made by tools/unicode. Rows are in order. */
#pragma once

#include "base/compiler.h"

/* Code points first..last do not, or may not, occur in composed (NFC) text. */
struct names_mark {
	uint32_t first, last;
};
/* first, first + step ... last fold to themselves plus delta. */
struct names_fold {
	uint32_t first, last, step;
	int32_t delta;
};

extern const struct names_mark names_marks[];
extern const size_t names_marks_count;
extern const struct names_fold names_folds[];
extern const size_t names_folds_count;
