#include "CGenbaMedia.h"
