# Flags that every target of the project shares, and the two functions that declare layers.
add_library(vicinal_flags INTERFACE)
target_compile_options(vicinal_flags INTERFACE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -fno-math-errno -ffp-contract=off
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=  # __FILE__ names no folder of a machine, and objects can be cached
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # g++ 12 sees overlaps in its own std::string
  # clang sees what libstdc++ 12 does inside std::stable_sort; embedded data are long literals.
  "$<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations;-Wno-overlength-strings>"
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${VICINAL_UNITY}>>:-Wno-subobject-linkage>  # a batch is no header
  $<$<BOOL:${VICINAL_WERROR}>:-Werror>)
if(VICINAL_SANITIZE)
  target_compile_options(vicinal_flags INTERFACE -fsanitize=${VICINAL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(vicinal_flags INTERFACE -fsanitize=${VICINAL_SANITIZE})
endif()
if(VICINAL_BUILD_FUZZ)
  target_compile_options(vicinal_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_include_directories(vicinal_flags INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)

# vicinal_layer(NAME [DEPENDS layer…] [LINK library…]): src/NAME/**.cpp but for tests becomes vicinal_NAME.
function(vicinal_layer name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/cli/main\\.cpp$")
  add_library(vicinal_${name} STATIC ${sources})
  list(TRANSFORM arg_DEPENDS PREPEND vicinal_)
  target_link_libraries(vicinal_${name} PUBLIC ${arg_DEPENDS} vicinal_flags PRIVATE ${arg_LINK})
endfunction()

# vicinal_kernel_level(LEVEL FLAG…): the files of src/kernels/LEVEL are compiled for that instruction set, and
# only they. tools/check_kernel_objects.py proves that nothing they define can replace code of another level.
function(vicinal_kernel_level level)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/kernels/${level}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  # g++ 12 warns about uninitialised values inside its own AVX-512 headers.
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS
    "${ARGN};-O3;-ffp-contract=fast;$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>;$<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>" )
endfunction()
