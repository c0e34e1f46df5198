// What Swift cannot import from FFmpeg, and the one place that knows which FFmpeg it is.
//
// Built against FFmpeg 5.1 (libavutil 57) and newer. Everything that changed its name or place since then has a
// function here; nothing in Swift asks for a version.
//
// FFmpeg's own headers are not included here: Swift would take their declarations for this module's.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct AVFrame;
struct AVPacket;
struct AVStream;
struct SwsContext;

// FFmpeg's macros.
extern const int genba_averror_eof;
extern const int genba_averror_exit;
extern const int genba_averror_again;
extern const int genba_averror_denied;
extern const int genba_averror_invalid;
extern const int genba_averror_memory;
extern const int genba_averror_no_decoder;
extern const int genba_avseek_size;
extern const int genba_avseek_force;
extern const int64_t genba_no_pts;

// FFmpeg's log. After the first call, which lasts for the whole process, FFmpeg prints nothing; the first and the last
// complaint made on the calling thread since it was cleared can be read instead.
void genba_ffmpeg_clear_log(void);
const char *genba_ffmpeg_first_complaint(void);
const char *genba_ffmpeg_last_complaint(void);
// How many complaints were made on the calling thread, whether they have been cleared or not.
int64_t genba_ffmpeg_complaint_count(void);
// FFmpeg warns of packets that lost parts in transport, and where a parser cuts them into frames forgets it again. Whether
// there was such a warning for a stream on the calling thread since the last call; the packet's decoding time is then in
// `dts`, genba_no_pts if it has none.
bool genba_ffmpeg_take_corrupt_packet(int stream, int64_t *dts);
// To be called before what may warn: the last warning may be of another file.
void genba_ffmpeg_forget_corrupt_packet(void);

// The words for an error code.
void genba_ffmpeg_describe(int status, char *text, int capacity);

// When a frame is shown, in its stream's time base: its time stamp, or where there is none that of the packet it
// came from; and for how long.
int64_t genba_frame_pts(const struct AVFrame *frame);

// Whether the packet's bytes can be read with a key alone (common encryption in MP4).
bool genba_packet_is_encrypted(const struct AVPacket *packet);
int64_t genba_frame_duration(const struct AVFrame *frame);

// Whether the decoder had to invent parts of the frame.
bool genba_frame_is_damaged(const struct AVFrame *frame);

// Whether decoding could begin at the frame.
bool genba_frame_is_key(const struct AVFrame *frame);

// 0 for a frame whose rows belong to one moment; for two fields, 1 if the upper one comes first and 2 if the lower one
// does.
int genba_frame_fields(const struct AVFrame *frame);

// The counter-clockwise turn in degrees that makes the stream upright; NaN if it does not say.
double genba_stream_rotation(const struct AVStream *stream);

// The byte after the last one that the container's index lists for the stream; 0 without an index.
int64_t genba_stream_indexed_end(struct AVStream *stream);

// A converter to packed RGB of 8 bits and the same size.
//
// `like_filter` chooses between the two ways in which the same libswscale is set up for the same job, which differ
// where no special converter exists: as sws_getContext() does it, or as the filter `scale` does it, which also
// honours the frame's range. NULL if libswscale does not know the format.
struct SwsContext *genba_rgb_converter(const struct AVFrame *frame, bool like_filter);

// The matrix that such a converter uses: libswscale's coefficients, and whether luma has the full range.
typedef struct {
    int coefficients[4];
    bool is_full_range;
} genba_matrix;
void genba_rgb_matrix(const struct AVFrame *frame, bool like_filter, genba_matrix *matrix);

// Converts the whole frame to packed rows at `output`; returns the number of rows, or less than 0.
int genba_convert(struct SwsContext *context, const struct AVFrame *frame, uint8_t *output, int row_bytes);

// Converts a picture to `format`, packed and of the same size, with accurate rounding, into rows without gaps.
// Returns less than 0 if libswscale cannot.
int genba_convert_picture(const struct AVFrame *frame, int format, void *output);

// The same in two steps, for many pictures of one kind. The converter is NULL if libswscale does not know the format,
// and is not needed where the format stays.
struct SwsContext *genba_picture_converter(const struct AVFrame *frame, int format);
int genba_convert_picture_with(
    struct SwsContext *converter, const struct AVFrame *frame, int format, void *output);

// One plane of a pixel format. Samples have 1, 2 or 4 bytes, of which `depth` bits count.
typedef struct {
    int rows, columns, row_bytes, sample_bytes, depth;
    bool is_float, is_big_endian;
} genba_plane;

// False if there is no such plane, or none that lies in memory.
bool genba_describe_plane(int format, int width, int height, int plane, genba_plane *description);

// Whether the format has nothing but luma, and perhaps alpha.
bool genba_is_gray(int format);

// Replaces the rows of a frame's later field by the mean of the rows above and below. Frames that are not interlaced
// stay as they are. Returns less than 0 for formats whose samples are not whole bytes.
int genba_deinterlace(struct AVFrame *frame);
