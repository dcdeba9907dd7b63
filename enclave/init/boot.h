/*
 * The first steps, in the boot ramdisk: console, module, heartbeat.
 */
#pragma once

/* Mounts devtmpfs on /dev, and opens /dev/console as standard input, output and
 * error. */
void boot_console(void);

/* Loads /nsm.ko if it exists. The driver is built into our own kernel; AWS's
 * kernel has it as a module. */
void boot_nsm_module(void);

/* Tells the parent that the enclave is up: sends one byte 0xB7 to CID 3, port
 * 9000, and expects the same byte back. On a machine without vsock init
 * continues; if the parent does not answer, init ends the machine. */
void boot_heartbeat(void);
