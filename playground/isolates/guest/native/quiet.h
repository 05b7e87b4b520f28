/* Included before QuickJS's own sources: what they would print, for debugging, goes nowhere, so that the C library's
   files, and with them the imports of a system, stay out of the guest. */
#ifndef QUIET_H
#define QUIET_H

#include <stdio.h>

#undef printf
#undef fprintf
#undef vfprintf
#undef putchar
#undef fputc
#undef fputs
#undef fwrite
#undef fflush
#define printf(...) ((void)0)
#define fprintf(...) ((void)0)
#define vfprintf(...) ((void)0)
#define putchar(...) ((void)0)
#define fputc(...) ((void)0)
#define fputs(...) ((void)0)
#define fwrite(...) ((void)0)
#define fflush(...) ((void)0)

#endif
