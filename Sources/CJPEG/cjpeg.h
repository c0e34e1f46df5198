// libjpeg-turbo's libjpeg API. jpeglib.h needs size_t and FILE to be declared before it.
#pragma once
#include <stddef.h>
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
