#include "verbs/verbs.h"

int
main(int argc, char **argv)
{
	return program_run(&veraclave, argc, argv);
}
