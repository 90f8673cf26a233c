# Every src/LAYER/**_test.cpp belongs to the test program of its layer; tests/ holds what crosses layers.
# Test programs run in the root of the repository: no path of a machine is compiled in, so objects can be cached.
include(GoogleTest)

function(vicinal_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ZLIB::ZLIB GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE -Wno-dangling-else)  # what g++ says of an EXPECT under an if
  if(VICINAL_SANITIZE)  # a sanitized program starts slowly: it is one test
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT 1200)
  else()
    gtest_discover_tests(${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 900)
  endif()
endfunction()

foreach(layer base text read kernels model embed filter lexical postings index retrieve engine cli)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${layer}/*_test.cpp)
  vicinal_test(${layer}_test SOURCES ${sources} DEPENDS vicinal_${layer})
endforeach()
target_link_libraries(lexical_test PRIVATE ICU::uc)  # what word boundaries are compared with
set_target_properties(kernels_test index_test PROPERTIES UNITY_BUILD OFF)  # each file has its own Problem, its own kDimensions
add_subdirectory(tests)
