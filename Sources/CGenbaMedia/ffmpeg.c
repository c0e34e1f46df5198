#include "genba_ffmpeg.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const int genba_averror_eof = AVERROR_EOF;
const int genba_averror_exit = AVERROR_EXIT;
const int genba_averror_again = AVERROR(EAGAIN);
const int genba_averror_denied = AVERROR(EPERM);
const int genba_averror_invalid = AVERROR_INVALIDDATA;
const int genba_averror_memory = AVERROR(ENOMEM);
const int genba_averror_no_decoder = AVERROR_DECODER_NOT_FOUND;
const int genba_avseek_size = AVSEEK_SIZE;
const int genba_avseek_force = AVSEEK_FORCE;
const int64_t genba_no_pts = AV_NOPTS_VALUE;

static _Thread_local char first_complaint[512];
static _Thread_local char last_complaint[512];
static _Thread_local int64_t complaint_count;
static _Thread_local int corrupt_stream = -1;
static _Thread_local int64_t corrupt_dts;

static void keep_corrupt_packet(const char *format, va_list arguments) {
    static const char words[] = "Packet corrupt (stream = ";
    if (strncmp(format, words, sizeof words - 1) != 0) return;
    char line[128];
    vsnprintf(line, sizeof line, format, arguments);
    long long dts;
    const int count = sscanf(line, "Packet corrupt (stream = %d, dts = %lld", &corrupt_stream, &dts);
    corrupt_dts = count == 2 ? dts : AV_NOPTS_VALUE;
}

static void keep_complaint(void *context, int level, const char *format, va_list arguments) {
    (void)context;
    if (level == AV_LOG_WARNING) keep_corrupt_packet(format, arguments);
    if (level > AV_LOG_ERROR) return;
    complaint_count++;
    vsnprintf(last_complaint, sizeof last_complaint, format, arguments);
    last_complaint[strcspn(last_complaint, "\r\n")] = 0;
    if (!first_complaint[0]) memcpy(first_complaint, last_complaint, sizeof first_complaint);
}

void genba_ffmpeg_clear_log(void) {
    av_log_set_callback(keep_complaint);
    first_complaint[0] = 0;
    last_complaint[0] = 0;
}

const char *genba_ffmpeg_first_complaint(void) { return first_complaint; }

const char *genba_ffmpeg_last_complaint(void) { return last_complaint; }

int64_t genba_ffmpeg_complaint_count(void) { return complaint_count; }

void genba_ffmpeg_forget_corrupt_packet(void) { corrupt_stream = -1; }

bool genba_ffmpeg_take_corrupt_packet(int stream, int64_t *dts) {
    const bool is_corrupt = corrupt_stream == stream;
    corrupt_stream = -1;
    *dts = corrupt_dts;
    return is_corrupt;
}

void genba_ffmpeg_describe(int status, char *text, int capacity) { av_strerror(status, text, capacity); }

bool genba_packet_is_encrypted(const AVPacket *packet) {
    return av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, NULL) != NULL;
}

int64_t genba_frame_pts(const AVFrame *frame) { return frame->pts == AV_NOPTS_VALUE ? frame->pkt_dts : frame->pts; }

int64_t genba_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_MAJOR < 58
    return frame->pkt_duration;
#else
    return frame->duration;
#endif
}

bool genba_frame_is_damaged(const AVFrame *frame) {
    return frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

bool genba_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_MAJOR < 59
    return frame->key_frame != 0;
#else
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#endif
}

int genba_frame_fields(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_MAJOR < 59
    bool is_interlaced = frame->interlaced_frame != 0, is_top_first = frame->top_field_first != 0;
#else
    bool is_interlaced = (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
    bool is_top_first = (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#endif
    return is_interlaced ? is_top_first ? 1 : 2 : 0;
}

double genba_stream_rotation(const AVStream *stream) {
    const uint8_t *matrix = NULL;
    size_t size = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    const AVPacketSideData *side = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (side) {
        matrix = side->data;
        size = side->size;
    }
#else
    matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
    return matrix && size >= 9 * sizeof(int32_t) ? av_display_rotation_get((const int32_t *)matrix) : NAN;
}

int64_t genba_stream_indexed_end(AVStream *stream) {
    int64_t end = 0;
    for (int index = 0; index < avformat_index_get_entries_count(stream); index++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, index);
        if (entry->pos + entry->size > end) end = entry->pos + entry->size;
    }
    return end;
}

void genba_rgb_matrix(const AVFrame *frame, bool like_filter, genba_matrix *matrix) {
    int space = frame->colorspace;
    // The filter knows no more than these; libswscale itself takes its default for what it does not know.
    if (like_filter && (space < 1 || space > 10 || space == 8)) space = AVCOL_SPC_BT470BG;
    const int *coefficients = sws_getCoefficients(space);
    memcpy(matrix->coefficients, coefficients, sizeof matrix->coefficients);
    switch ((enum AVPixelFormat)frame->format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P: matrix->is_full_range = true; break;
    default: matrix->is_full_range = false; break;
    }
    if (like_filter && frame->color_range != AVCOL_RANGE_UNSPECIFIED)
        matrix->is_full_range = frame->color_range == AVCOL_RANGE_JPEG;
}

static struct SwsContext *direct_converter(const AVFrame *frame) {
    struct SwsContext *context = sws_getContext(
        frame->width, frame->height, frame->format, frame->width, frame->height, AV_PIX_FMT_RGB24, 0, NULL, NULL, NULL);
    if (!context) return NULL;
    int *from, *to, from_range, to_range, brightness, contrast, saturation;
    if (sws_getColorspaceDetails(context, &from, &from_range, &to, &to_range, &brightness, &contrast, &saturation) >= 0) {
        const int *matrix = sws_getCoefficients(frame->colorspace);
        sws_setColorspaceDetails(context, matrix, from_range, matrix, to_range, brightness, contrast, saturation);
    }
    return context;
}

static struct SwsContext *filter_converter(const AVFrame *frame) {
    struct SwsContext *context = sws_alloc_context();
    if (!context) return NULL;
    av_opt_set_int(context, "srcw", frame->width, 0);
    av_opt_set_int(context, "srch", frame->height, 0);
    av_opt_set_int(context, "src_format", frame->format, 0);
    av_opt_set_int(context, "dstw", frame->width, 0);
    av_opt_set_int(context, "dsth", frame->height, 0);
    av_opt_set_int(context, "dst_format", AV_PIX_FMT_RGB24, 0);
    // The filter places the chroma of 4:2:0 as MPEG-2 does: between two rows.
    if (frame->format == AV_PIX_FMT_YUV420P) av_opt_set_int(context, "src_v_chr_pos", 128, 0);
    if (sws_init_context(context, NULL, NULL) < 0) {
        sws_freeContext(context);
        return NULL;
    }
    int *from, *to, from_range, to_range, brightness, contrast, saturation;
    if (sws_getColorspaceDetails(context, &from, &from_range, &to, &to_range, &brightness, &contrast, &saturation) >= 0) {
        genba_matrix matrix;
        genba_rgb_matrix(frame, true, &matrix);
        if (frame->color_range != AVCOL_RANGE_UNSPECIFIED) from_range = matrix.is_full_range;
        sws_setColorspaceDetails(
            context, matrix.coefficients, from_range, to, to_range, brightness, contrast, saturation);
    }
    return context;
}

struct SwsContext *genba_rgb_converter(const AVFrame *frame, bool like_filter) {
    return like_filter ? filter_converter(frame) : direct_converter(frame);
}

int genba_convert(struct SwsContext *context, const AVFrame *frame, uint8_t *output, int row_bytes) {
    uint8_t *planes[4] = {output};
    int strides[4] = {row_bytes};
    return sws_scale(
        context, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
}

static struct SwsContext *picture_converter(const AVFrame *frame, enum AVPixelFormat format) {
    const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    struct SwsContext *context = sws_getContext(
        frame->width, frame->height, frame->format, frame->width, frame->height, format, flags, NULL, NULL, NULL);
    if (!context) return NULL;
    int *from, *to, from_range, to_range, brightness, contrast, saturation;
    if (sws_getColorspaceDetails(context, &from, &from_range, &to, &to_range, &brightness, &contrast, &saturation) >= 0) {
        if (frame->color_range == AVCOL_RANGE_JPEG) from_range = 1;
        sws_setColorspaceDetails(
            context, sws_getCoefficients(frame->colorspace), from_range, to, to_range, brightness, contrast, saturation);
    }
    return context;
}

struct SwsContext *genba_picture_converter(const AVFrame *frame, int format) { return picture_converter(frame, format); }

int genba_convert_picture_with(struct SwsContext *context, const AVFrame *frame, int format, void *output) {
    // libswscale's vector code writes a little past the end of rows, so it writes into a frame of its own.
    AVFrame *converted = av_frame_alloc();
    if (!converted) return AVERROR(ENOMEM);
    converted->format = format;
    converted->width = frame->width;
    converted->height = frame->height;
    int status = av_frame_get_buffer(converted, 0);
    if (status >= 0) {
        if (frame->format == format) {
            status = av_frame_copy(converted, frame);
        } else if (context) {
            status = sws_scale(
                context, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, converted->data,
                converted->linesize);
        } else {
            status = AVERROR(ENOSYS);
        }
    }
    if (status >= 0) {
        int row_bytes = av_image_get_linesize(format, frame->width, 0);
        av_image_copy_plane(output, row_bytes, converted->data[0], converted->linesize[0], row_bytes, frame->height);
    }
    av_frame_free(&converted);
    return status;
}

int genba_convert_picture(const AVFrame *frame, int format, void *output) {
    struct SwsContext *context = frame->format != format ? picture_converter(frame, format) : NULL;
    int status = genba_convert_picture_with(context, frame, format, output);
    sws_freeContext(context);
    return status;
}

bool genba_describe_plane(int format, int width, int height, int plane, genba_plane *description) {
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(format);
    if (!pixels || plane >= av_pix_fmt_count_planes(format) || (pixels->flags & AV_PIX_FMT_FLAG_HWACCEL)) return false;
    const bool is_chroma = (plane == 1 || plane == 2) && !(pixels->flags & AV_PIX_FMT_FLAG_RGB);
    const int depth = pixels->comp[0].depth;
    description->is_float = (pixels->flags & AV_PIX_FMT_FLAG_FLOAT) != 0;
    description->is_big_endian = (pixels->flags & AV_PIX_FMT_FLAG_BE) != 0;
    description->depth = depth;
    description->sample_bytes = depth > 16 ? 4 : depth > 8 && !(pixels->flags & AV_PIX_FMT_FLAG_BITSTREAM) ? 2 : 1;
    description->rows = is_chroma ? AV_CEIL_RSHIFT(height, pixels->log2_chroma_h) : height;
    description->columns = is_chroma ? AV_CEIL_RSHIFT(width, pixels->log2_chroma_w) : width;
    description->row_bytes = av_image_get_linesize(format, width, plane);
    if (plane == 1 && (pixels->flags & AV_PIX_FMT_FLAG_PAL)) {
        description->rows = 256;
        description->columns = 1;
        description->row_bytes = 4;
    }
    return description->row_bytes > 0;
}

bool genba_is_gray(int format) {
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(format);
    return pixels && pixels->nb_components <= 2 && !(pixels->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_RGB));
}

// Every second row of one plane as the mean of its neighbours.
static void fill_field(uint8_t *plane, ptrdiff_t stride, int rows, int row_bytes, int first, bool is_deep) {
    for (int y = first; y < rows; y += 2) {
        uint8_t *row = plane + y * stride;
        const uint8_t *above = y > 0 ? row - stride : row + stride;
        const uint8_t *below = y + 1 < rows ? row + stride : above;
        if (is_deep) {
            for (int x = 0; x < row_bytes / 2; x++)
                ((uint16_t *)row)[x] = (((const uint16_t *)above)[x] + ((const uint16_t *)below)[x] + 1) >> 1;
        } else {
            for (int x = 0; x < row_bytes; x++) row[x] = (above[x] + below[x] + 1) >> 1;
        }
    }
}

int genba_deinterlace(AVFrame *frame) {
    const int fields = genba_frame_fields(frame);
    genba_plane plane;
    if (fields == 0 || frame->height < 2) return 0;
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(frame->format);
    const int unfit = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE;
    if (!pixels || (pixels->flags & unfit)) return AVERROR(ENOSYS);
    int status = av_frame_make_writable(frame);
    for (int index = 0; status >= 0 && genba_describe_plane(frame->format, frame->width, frame->height, index, &plane);
         index++)
        fill_field(
            frame->data[index], frame->linesize[index], plane.rows, plane.row_bytes, fields == 1 ? 1 : 0,
            plane.sample_bytes == 2);
    return status;
}
