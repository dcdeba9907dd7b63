/* Mutual exclusion between threads. */
#pragma once

#include <pthread.h>

/* lock_init before all else, lock_finish when nobody holds it. */
struct lock {
	pthread_mutex_t m;
};

void lock_init(struct lock *l);
void lock_take(struct lock *l);
void lock_give(struct lock *l);
void lock_finish(struct lock *l);
