#pragma once
// Without its callbacks for FILE, which nobody uses here.
#define OV_EXCLUDE_STATIC_CALLBACKS
#include <vorbis/vorbisfile.h>
