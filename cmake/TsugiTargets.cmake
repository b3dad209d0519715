# tsugi_library(NAME SOURCES a.cc ... DEPS x y)   static library tsugi_NAME
# tsugi_test(NAME SOURCES a_test.cc ... DEPS x)   test program NAME_tests, linked with gmock_main
# tsugi_bench(NAME SOURCES a_bench.cc DEPS x)     benchmark program NAME_bench
#
# DEPS that name one of our libraries (without the tsugi_ prefix) resolve to it; anything else is
# handed to CMake as it is. Headers are included from the repository's root.

set(TSUGI_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Werror)

function(_tsugi_link target visibility)
  foreach(dep IN LISTS ARGN)
    if(dep MATCHES "::|^-" OR NOT dep MATCHES "^[a-z0-9_]+$")
      target_link_libraries(${target} ${visibility} ${dep})
    else()
      target_link_libraries(${target} ${visibility} tsugi_${dep})
    endif()
  endforeach()
endfunction()

function(tsugi_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(tsugi_${name} STATIC ${ARG_SOURCES})
  target_include_directories(tsugi_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(tsugi_${name} PRIVATE ${TSUGI_WARNINGS})
  if(TSUGI_SANITIZE AND name STREQUAL "models")
    target_compile_options(tsugi_${name} PRIVATE -O1)  # Eigen is a hundred times slower without
  endif()
  _tsugi_link(tsugi_${name} PUBLIC ${ARG_DEPS})
endfunction()

function(tsugi_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_tests ${ARG_SOURCES})
  target_include_directories(${name}_tests PRIVATE ${PROJECT_SOURCE_DIR})
  # What is tested is optimised, the tests need not be: it halves the time to build them.
  target_compile_options(${name}_tests PRIVATE ${TSUGI_WARNINGS} $<$<CONFIG:Release>:-O0>)
  _tsugi_link(${name}_tests PRIVATE ${ARG_DEPS} GTest::gmock_main)
  set_target_properties(${name}_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                        ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name}_tests PRIVATE TSUGI_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             TSUGI_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name}_tests)
endfunction()

function(tsugi_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_bench ${ARG_SOURCES})
  target_include_directories(${name}_bench PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name}_bench PRIVATE ${TSUGI_WARNINGS})
  _tsugi_link(${name}_bench PRIVATE ${ARG_DEPS} benchmark::benchmark)
  set_target_properties(${name}_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                        ${CMAKE_BINARY_DIR}/bench)
endfunction()
