// Everything that `import Genba` brings.
@_exported public import GenbaAudio
@_exported public import GenbaCore
@_exported public import GenbaMedia
@_exported public import GenbaProcessors
@_exported public import GenbaSpatial
@_exported public import GenbaStorage
@_exported public import GenbaVision
