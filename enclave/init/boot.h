/*
 * The first steps, in the boot ramdisk: console, module, heartbeat.
 */
#pragma once

/* devtmpfs on /dev, and /dev/console as standard input, output and error. */
void boot_console(void);

/* Loads /nsm.ko when there is one. Our own kernel has the driver built in;
 * AWS's brings it as a module. */
void boot_nsm_module(void);

/* Tells the parent that the enclave is up: one byte 0xB7 to CID 3, port 9000,
 * and the same byte back. A machine without vsock is told from one whose
 * parent does not answer: the first goes on, the second ends. */
void boot_heartbeat(void);
