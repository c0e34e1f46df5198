// What Swift cannot import from FFmpeg, and the one place that knows which FFmpeg it is.
//
// Built against FFmpeg 5.1 (libavutil 57) and newer. Everything that changed its name or place since then has a
// function here; nothing in Swift asks for a version.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <stdint.h>

// Macros.
static const int genba_averror_eof = AVERROR_EOF;
static const int genba_averror_exit = AVERROR_EXIT;
static const int genba_averror_again = AVERROR(EAGAIN);
static const int genba_averror_denied = AVERROR(EPERM);
static const int genba_averror_invalid = AVERROR_INVALIDDATA;
static const int genba_averror_no_decoder = AVERROR_DECODER_NOT_FOUND;
static const int genba_averror_memory = AVERROR(ENOMEM);
static const int genba_avseek_size = AVSEEK_SIZE;
static const int genba_avseek_force = AVSEEK_FORCE;
static const int64_t genba_no_pts = AV_NOPTS_VALUE;

// FFmpeg's log. After the first call, which lasts for the whole process, FFmpeg prints nothing; the last complaint
// made on the calling thread since it was cleared can be read instead.
void genba_ffmpeg_clear_log(void);
const char *genba_ffmpeg_last_complaint(void);

// The words for an error code.
void genba_ffmpeg_describe(int status, char *text, int capacity);

// When a frame is shown, in its stream's time base: its time stamp, or where there is none that of the packet it
// came from; and for how long.
int64_t genba_frame_pts(const AVFrame *frame);
int64_t genba_frame_duration(const AVFrame *frame);

// Whether the decoder had to invent parts of the frame.
bool genba_frame_is_damaged(const AVFrame *frame);

// The counter-clockwise turn in degrees that makes the stream upright; NaN if it does not say.
double genba_stream_rotation(const AVStream *stream);

// The byte after the last one that the container's index lists for the stream; 0 without an index.
int64_t genba_stream_indexed_end(AVStream *stream);

// A bit field that Swift imports under names that differ between versions.
bool genba_stream_is_picture(const AVStream *stream);

// A converter to packed `output` of the same size.
//
// `like_filter` chooses between the two ways in which the same libswscale is set up for the same job, which differ
// where no special converter exists: as sws_getContext() does it, or as the filter `scale` does it, which also
// honours the frame's range. NULL if libswscale does not know the format.
struct SwsContext *genba_rgb_converter(const AVFrame *frame, enum AVPixelFormat output, bool like_filter);

// Converts the whole frame to packed rows at `output`; returns the number of rows, or less than 0.
int genba_convert(struct SwsContext *context, const AVFrame *frame, uint8_t *output, int row_bytes);
