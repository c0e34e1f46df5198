// Spectra: frames of sound to log-mel features.
#pragma once
#include <stdint.h>
