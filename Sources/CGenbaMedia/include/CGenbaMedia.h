#pragma once

#include "genba_ffmpeg.h"
#include "genba_jpeg.h"
#include "genba_message.h"
#include "genba_png.h"
#include "genba_rgb.h"
