"""Renders rectified stereo pairs of made-up scenes with their exact disparities.

Each scene is a handful of rectangles, spheres and thin rods with procedural textures, seen by two pinhole cameras that
differ by a step to the right. Rays are cast through 3 x 3 points of every pixel; the ground truth is the disparity of
the ray through a pixel's centre, focal length times baseline over depth, and a pixel is visible if the point that it
shows is seen by the right camera too.
"""

import numpy as np

BASELINE = 0.1


def value_noise(u, v, seed):
    """Smooth noise of u and v with a period of one, -1 ... 1."""
    iu, iv = np.floor(u), np.floor(v)
    fu, fv = u - iu, v - iv
    fu, fv = fu * fu * (3 - 2 * fu), fv * fv * (3 - 2 * fv)

    def lattice(a, b):
        h = (a.astype(np.int64) * 374761393 + b.astype(np.int64) * 668265263 + seed * 2246822519) & 0xFFFFFFFF
        h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
        return ((h ^ (h >> 16)) & 0xFFFF) / 32767.5 - 1

    top = lattice(iu, iv) * (1 - fu) + lattice(iu + 1, iv) * fu
    bottom = lattice(iu, iv + 1) * (1 - fu) + lattice(iu + 1, iv + 1) * fu
    return top * (1 - fv) + bottom * fv


def fractal(u, v, seed, contrast=0.35, mean=0.5, scale=60.0):
    """Four octaves of noise, the finest `scale` cycles a metre."""
    total = sum(value_noise(u * scale / 2**k, v * scale / 2**k, seed + k) for k in range(4))
    return mean + contrast * total / 2


def stripes(u, v, seed, period=0.02, contrast=0.3):
    """Repetitive: a grating with a little noise on it."""
    return 0.5 + contrast * np.sin(2 * np.pi * u / period) + fractal(u, v, seed, 0.05, 0)


def cells(u, v, seed, contrast=0.3, mean=0.5, scale=60.0):
    """Hard edges: cells of one brightness each."""
    return mean + contrast * value_noise(np.floor(u * scale), np.floor(v * scale), seed)


class Rectangle:
    def __init__(self, centre, u, v, half, texture):
        self.c, self.half, self.texture = np.array(centre, float), half, texture
        self.u = np.array(u, float) / np.linalg.norm(u)
        v = np.array(v, float)
        v = v - self.u * (v @ self.u)
        self.v = v / np.linalg.norm(v)
        self.n = np.cross(self.u, self.v)

    def hit(self, origin, rays):
        with np.errstate(divide="ignore", invalid="ignore"):
            t = ((self.c - origin) @ self.n) / (rays @ self.n)
            p = origin + rays * t[..., None] - self.c
            a, b = p @ self.u, p @ self.v
            ok = (t > 0) & (np.abs(a) <= self.half[0]) & (np.abs(b) <= self.half[1])
        return np.where(ok, t, np.inf), a, b


class Sphere:
    def __init__(self, centre, radius, texture):
        self.c, self.r, self.texture = np.array(centre, float), radius, texture

    def hit(self, origin, rays):
        o = origin - self.c
        a, b, c = (rays * rays).sum(-1), rays @ o, o @ o - self.r**2
        disc = b * b - a * c
        t = np.where(disc > 0, (-b - np.sqrt(np.maximum(disc, 0))) / a, np.inf)
        p = (o + rays * np.where(np.isfinite(t), t, 0)[..., None]) / self.r
        u = np.arctan2(p[..., 0], -p[..., 2]) * self.r
        v = np.arcsin(np.clip(p[..., 1], -1, 1)) * self.r
        return np.where(t > 0, t, np.inf), u, v


def cast(objects, origin, rays):
    """Ray parameters, which are depths since rays have z = 1, and the brightness there."""
    depth = np.full(rays.shape[:-1], np.inf)
    shade = np.zeros(rays.shape[:-1])
    for thing in objects:
        t, a, b = thing.hit(origin, rays)
        nearer = t < depth
        depth = np.where(nearer, t, depth)
        if nearer.any():
            shade[nearer] = thing.texture(a[nearer], b[nearer])
    return depth, shade


def rays_at(width, height, focal, dx=0.0, dy=0.0):
    x, y = np.meshgrid(np.arange(width) + dx, np.arange(height) + dy)
    return np.stack([(x - (width - 1) / 2) / focal, (y - (height - 1) / 2) / focal, np.ones_like(x)], -1)


def render(objects, width, height, focal, gain=1.0, gamma=1.0, noise=1.5, seed=0):
    """left, right uint8 [H, W]; disparity float32 [H, W]; visible bool [H, W]."""
    random = np.random.default_rng(seed)
    left, right = np.zeros(3), np.array([BASELINE, 0, 0])
    steps = [(i - 1) / 3 for i in range(3)]
    images = []
    for eye, is_right in ((left, False), (right, True)):
        shade = np.mean([cast(objects, eye, rays_at(width, height, focal, dx, dy))[1] for dx in steps for dy in steps], 0)
        if is_right:
            shade = gain * np.clip(shade, 0, 1) ** gamma
        grey = shade * 220 + 15 + random.standard_normal(shade.shape) * noise
        images.append(np.clip(np.rint(grey), 0, 255).astype(np.uint8))
    rays = rays_at(width, height, focal)
    depth, _ = cast(objects, left, rays)
    points = rays * depth[..., None] - right
    again, _ = cast(objects, right, points / points[..., 2:])
    column = points[..., 0] / points[..., 2] * focal + (width - 1) / 2
    visible = (again > depth * (1 - 1e-6) - 1e-9) & (column >= -0.5) & (column <= width - 0.5)
    return images[0], images[1], (focal * BASELINE / depth).astype(np.float32), visible


def wall(z, texture, tilt=(0, 0)):
    return Rectangle((0, 0, z), (1, 0, tilt[0]), (0, 1, tilt[1]), (9, 9), texture)


def tex(seed, contrast=0.35, scale=60.0, mean=0.5):
    return lambda u, v: fractal(u, v, seed, contrast, mean, scale)


def card(centre, u, v, half, texture):
    return Rectangle(centre, u, v, half, texture)


def floor(texture):
    return Rectangle((0, 0.35, 1.5), (1, 0, 0), (0, 0.02, 1), (3, 2.5), texture)


def rods():
    """Upright strips of 3 to 9 pixels."""
    places = enumerate(np.linspace(-0.4, 0.4, 7))
    return [
        Rectangle(
            (x, 0, 0.9 + 0.05 * i), (1, 0, 0), (0.15 * (i % 3 - 1), 1, 0), (0.004 + 0.0015 * i, 0.6), tex(70 + i, 0.3, 120))
        for i, x in places
    ]


def scenes():
    """name: (objects, render options), for a width of 640, a height of 480 and a focal length of 600: disparities
    stay under 96."""
    upright = (0, 1, 0)
    return {
        "slanted": ([
            wall(2.2, tex(1), (0.5, 0)),
            card((-0.3, 0, 1.1), (1, 0, -0.9), (0, 1, 0.3), (0.25, 0.2), tex(11, 0.35, 90)),
            card((0.35, 0.1, 1.3), (1, 0, 1.2), (0, 1, -0.5), (0.3, 0.25), tex(15)),
            floor(tex(21)),
        ], {}),
        "curved": ([
            wall(2.5, tex(2)),
            Sphere((-0.35, 0.05, 1.2), 0.28, tex(31, 0.35, 80)),
            Sphere((0.3, -0.1, 1.6), 0.35, tex(35)),
            Sphere((0.15, 0.25, 0.9), 0.13, tex(38, 0.3, 120)),
            floor(tex(41)),
        ], {}),
        "thin": ([wall(1.8, tex(3)), *rods(), floor(tex(43))], {}),
        "repetitive": ([
            wall(2.0, lambda u, v: stripes(u, v, 5), (0.2, 0)),
            card((0, 0, 1.2), (1, 0, 0.2), upright, (0.25, 0.2), lambda u, v: stripes(u, v, 8, 0.013)),
            floor(tex(45, 0.2)),
        ], {}),
        "low-texture": ([
            wall(2.4, tex(4, 0.04, 20), (0.15, 0)),
            card((-0.3, -0.05, 1.3), (1, 0, 0.3), (0, 1, 0.1), (0.2, 0.25), tex(51, 0.03, 30, 0.7)),
            Sphere((0.35, 0, 1.4), 0.25, tex(52, 0.05, 30, 0.35)),
            floor(tex(53, 0.08, 30)),
        ], {}),
        "exposure": ([
            wall(2.2, tex(6), (-0.3, 0.1)),
            Sphere((0.2, 0, 1.2), 0.25, tex(61)),
            card((-0.4, 0.1, 1.4), (1, 0, 0.8), upright, (0.2, 0.3), tex(62)),
            floor(tex(63)),
        ], dict(gain=0.75, gamma=1.2)),
        "noisy": ([
            wall(2.0, tex(7, 0.25), (0.2, 0.1)),
            Sphere((-0.25, 0, 1.1), 0.22, tex(71, 0.25)),
            card((0.3, 0, 1.3), (1, 0, -0.6), upright, (0.2, 0.3), tex(72, 0.25)),
            floor(tex(73, 0.25)),
        ], dict(noise=8.0)),
    }


def lattice():
    """A fence: strips of 4 to 6 pixels that lean to either side."""
    return [
        Rectangle((x, 0, 1.0 + 0.02 * i), (1, -lean, 0), (lean, 1, 0), (0.005, 0.8), tex(510 + i, 0.3, 130))
        for lean in (-0.5, 0.5) for i, x in enumerate(np.linspace(-0.6, 0.6, 8))
    ]


def clutter():
    """Cards and balls anywhere, turned anyhow."""
    random = np.random.default_rng(2026)
    things = []
    for i in range(24):
        x, y, z = random.uniform(-0.6, 0.6), random.uniform(-0.4, 0.3), random.uniform(0.8, 2.2)
        texture = tex(600 + i, random.uniform(0.1, 0.35), random.uniform(40, 120), random.uniform(0.3, 0.7))
        if i % 3:
            turned = ((1, random.uniform(-0.3, 0.3), random.uniform(-1.2, 1.2)), (0, 1, random.uniform(-0.8, 0.8)))
            things.append(card((x * z, y * z, z), *turned, random.uniform(0.05, 0.2, 2), texture))
        else:
            things.append(Sphere((x * z, y * z, z), random.uniform(0.05, 0.2), texture))
    return things


def held_out():
    """Scenes of other kinds and seeds, in the form of `scenes`: nothing has been chosen by how they come out."""
    tiles = lambda seed, scale: lambda u, v: cells(u, v, seed, 0.3, 0.5, scale)
    stairs = [card((0, 0.45 - 0.08 * i, 0.9 + 0.12 * i), (1, 0.05, 0), (0, 1, 0.02), (0.5, 0.05), tex(400 + i)) for i in range(9)]
    return {
        "stairs": ([wall(2.3, tex(409)), *stairs], {}),
        "fence": ([wall(1.9, tex(500, 0.3, 40), (0.3, 0.1)), *lattice()], {}),
        "clutter": ([wall(2.6, tex(599, 0.2), (-0.2, 0.2)), *clutter()], {}),
        "tiles": ([
            wall(2.1, tiles(700, 50), (0.4, -0.1)),
            card((0.2, 0, 1.2), (1, 0, 0.9), (0, 1, -0.2), (0.3, 0.25), tiles(701, 90)),
            Sphere((-0.35, 0.1, 1.3), 0.2, tiles(702, 70)),
        ], {}),
        # Surfaces that turn away by 60 to 70 degrees, with little texture.
        "steep": ([
            wall(2.4, tex(800, 0.1, 40)),
            card((-0.3, 0, 1.2), (1, 0, 2.2), (0, 1, 0.3), (0.4, 0.3), tex(801, 0.08, 50)),
            card((0.3, 0, 1.2), (1, 0, -2.6), (0, 1, 0), (0.4, 0.3), tex(802, 0.12, 50)),
            floor(tex(803, 0.1, 40)),
        ], {}),
        "dark": ([
            wall(2.2, tex(900, 0.12, 60, 0.15), (0.3, 0)),
            Sphere((0.25, 0, 1.2), 0.25, tex(901, 0.1, 80, 0.2)),
            card((-0.35, 0.05, 1.4), (1, 0, 0.7), (0, 1, 0.2), (0.2, 0.3), tex(902, 0.12, 60, 0.2)),
        ], dict(noise=3.0)),
        "brighter": ([
            wall(2.2, tex(950, 0.3), (0.2, -0.2)),
            card((-0.25, 0, 1.1), (1, 0, -0.7), (0, 1, 0.2), (0.2, 0.25), tex(951)),
            Sphere((0.35, 0.1, 1.5), 0.3, tex(952, 0.25, 90)),
            floor(tex(953)),
        ], dict(gain=1.25, gamma=0.85, noise=4.0)),
    }


def make(name, width=640, height=480, focal=600.0, of=scenes):
    """left, right, disparity, visible of a scene; the focal length is that at a width of 640."""
    objects, options = of()[name]
    return render(objects, width, height, focal * width / 640, **options)
