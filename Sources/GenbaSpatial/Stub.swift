public import GenbaCore
