#pragma once
/// Everything. Start with embedder.h (text to vectors) or collection.h (files to ranked passages).

#include "vicinal/bench.h"
#include "vicinal/cache.h"
#include "vicinal/chunker.h"
#include "vicinal/collection.h"
#include "vicinal/cpu.h"
#include "vicinal/doctor.h"
#include "vicinal/embedder.h"
#include "vicinal/embedding.h"
#include "vicinal/models.h"
#include "vicinal/progress.h"
#include "vicinal/result.h"
#include "vicinal/tokenizer.h"
#include "vicinal/vector_index.h"
#include "vicinal/version.h"
