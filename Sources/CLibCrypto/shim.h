/* The types of pthread.h that libcrypto's headers use belong to Swift's module of the C library; without
   this, Swift takes the first module that includes them for their owner. */
#ifdef __gnu_linux__
#pragma clang module import SwiftGlibc
#endif

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

/* A macro of several terms, which Swift does not import. */
static const int EVP_PKEY_PUBLIC_KEY_SELECTION = EVP_PKEY_PUBLIC_KEY;
